// The compiled course: see scripts/lessons.ts.
declare module "*/lessons/course.yaml" {
  const course: import("./lesson.ts").Course;
  export default course;
}
